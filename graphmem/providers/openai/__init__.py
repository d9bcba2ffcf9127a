"""Models behind an address that speaks OpenAI's protocol. The only room that imports the package `openai`, when it first asks."""
