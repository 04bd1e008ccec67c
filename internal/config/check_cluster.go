package config

// checkCluster reports what breaks a rule of the spec of a control plane.
func checkCluster(c Config) []Fault { return c.of(path{"cluster"}, c.Cluster.Check(c.Region)) }
