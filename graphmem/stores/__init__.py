"""The databases that can hold the graph, a package for each; every one passes `graphmem.testing.GraphStoreContract`."""
