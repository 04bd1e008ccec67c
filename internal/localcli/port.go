package localcli

import (
	"fmt"
	"strconv"
)

// AllowedPorts says which ports a load balancer of this machine can have.
const AllowedPorts = "1024 to 65535, since those below 1024 need privileges"

// UsablePort says whether a number is a port that every user may listen on: those below 1024 need privileges.
func UsablePort(port int) bool { return port >= 1024 && port <= 65535 }

// Port is the port of a load balancer on this machine as the value of a flag; 0 is none in particular.
type Port int

// String is the number.
func (p *Port) String() string { return strconv.Itoa(int(*p)) }

// Set takes a number that is allowed.
func (p *Port) Set(text string) error {
	number, err := strconv.Atoi(text)
	if err != nil || number != 0 && !UsablePort(number) {
		return fmt.Errorf("the port is %q; allowed: %s", text, AllowedPorts)
	}
	*p = Port(number)
	return nil
}

// Type names the kind of the flag's value.
func (*Port) Type() string { return "PORT" }
