// Whether a query may call addresses: the server tries its own discard port, where nobody listens. It should be told that it must not.
LOAD CSV FROM 'http://127.0.0.1:9/' AS line
RETURN count(line) AS lines
