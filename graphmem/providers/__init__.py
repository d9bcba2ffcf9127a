"""Models behind the ports: what turns text into vectors."""
