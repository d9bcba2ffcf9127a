// Procedures that come from plug-ins which can read files, call addresses or run other queries.
SHOW PROCEDURES YIELD name
WHERE name STARTS WITH 'apoc.' OR name STARTS WITH 'genai.' OR name STARTS WITH 'gds.'
RETURN count(name) AS procedures, collect(DISTINCT split(name, '.')[0]) AS plugins
