package database

import "slices"

// Class is a size of the server.
type Class struct {
	// Name is what RDS calls it.
	Name string
	// VCPU and MemoryGiB are its size (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html).
	VCPU, MemoryGiB int
}

// Classes are the sizes that the platform offers, the smallest first: Graviton, burstable and general purpose. What the clients keep is
// small, so that none larger is of use.
var Classes = []Class{
	{"db.t4g.micro", 2, 1}, {"db.t4g.small", 2, 2}, {"db.t4g.medium", 2, 4}, {"db.t4g.large", 2, 8},
	{"db.m7g.large", 2, 8}, {"db.m7g.xlarge", 4, 16},
}

// ClassNames are the names of Classes.
func ClassNames() []string {
	names := make([]string, len(Classes))
	for i, c := range Classes {
		names[i] = c.Name
	}
	return names
}

// connectionsPerGiB is how many connections a server takes for each GiB of memory. RDS's own default is
// {DBInstanceClassMemory/12582880}, 85 for each GiB of what is left beside the operating system, which nobody knows before the server runs
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections). This stays below.
const connectionsPerGiB = 60

// MaxConnections is how many connections the server takes.
func (c Class) MaxConnections() int { return c.MemoryGiB * connectionsPerGiB }

// Class is the size of the server; false for a name that Classes lacks.
func (s Spec) Class() (Class, bool) {
	i := slices.IndexFunc(Classes, func(c Class) bool { return c.Name == s.InstanceClass })
	if i < 0 {
		return Class{}, false
	}
	return Classes[i], true
}
