"""Small real parts that tests are built with."""
