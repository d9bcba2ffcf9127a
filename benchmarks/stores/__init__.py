"""How fast the stores are, how they grow, and how exact their scoped vector search is, on a made-up world."""
