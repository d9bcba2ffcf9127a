// Settings of the server that decide what a query may reach and how much it may take.
SHOW SETTINGS YIELD name, value
WHERE name IN ['server.directories.import', 'dbms.security.allow_csv_import_from_file_urls', 'dbms.security.procedures.allowlist',
  'dbms.security.procedures.unrestricted', 'dbms.security.auth_enabled', 'db.transaction.timeout', 'db.memory.transaction.max',
  'dbms.memory.transaction.total.max', 'server.memory.heap.max_size', 'server.memory.pagecache.size']
RETURN name, value
