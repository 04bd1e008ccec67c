package nodes

// LocalLabel is on every node of the local stack, with the value "true": a cluster of the user's own has other nodes too.
const LocalLabel = "modelway.dev/local"
