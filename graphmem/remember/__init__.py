"""The way in: messages become memories, entities and facts, and one ChangeSet."""
