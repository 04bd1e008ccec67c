package capacity

import (
	"fmt"
	"strconv"
	"strings"
)

// Pool is a load balancer of the configuration. Its first ALB always exists, also without hosts.
type Pool struct {
	// Name of the pool and of its first ALB; each is given once.
	Name string
	// Certificates that each of its ALBs carries besides the default one.
	Certificates int
	// Single keeps the pool at the ALB it has, as for the load balancer of one model. Default false: it grows.
	Single bool
	// ReleaseEmpty gives up ALBs without hosts, and their DNS names with them. Default false: they stay.
	ReleaseEmpty bool
}

// member is the name of the pool's ALB with a number, counted from 1.
func (p Pool) member(number int) string {
	if number == 1 {
		return p.Name
	}
	return fmt.Sprintf("%s-%d", p.Name, number)
}

// laterMember reads the name of an ALB after the first of its pool.
func laterMember(pools map[string]Pool, name string) (pool string, number int, found bool) {
	cut := strings.LastIndexByte(name, '-')
	if cut < 0 {
		return "", 0, false
	}
	p, found := pools[name[:cut]]
	number, err := strconv.Atoi(name[cut+1:])
	return p.Name, number, found && err == nil && number > 1 && p.member(number) == name
}
