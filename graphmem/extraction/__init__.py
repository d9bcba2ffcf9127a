"""What reads text: a spaCy parse and rules over its Universal Dependencies. The only room that imports spaCy."""
