"""The results of runs as pages to read: Markdown tables and SVG charts, made anew from the JSON documents."""
