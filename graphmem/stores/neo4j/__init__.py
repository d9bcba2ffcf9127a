"""The store for more than one machine: the same graph on a Neo4j server, readable in plain Cypher."""
