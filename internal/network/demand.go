package network

import "fmt"

// Demand is addresses that something takes at its largest.
type Demand struct {
	// What takes the addresses, for example "node group gpu".
	What string
	// Subnets are the subnets that the addresses are in: Private, Pod or Public. Pod is the same as Private where there are no
	// pod subnets.
	Subnets string
	// Addresses is how many there are in all zones together. They are spread evenly: no zone takes more than its share,
	// rounded up.
	Addresses int
	// Arithmetic says how Addresses came about, for example "10 nodes of 30". Default nothing.
	Arithmetic string
}

// maxDemand is more than all IPv4 addresses; a Demand above it is a mistake.
const maxDemand = 1 << 32

func (d Demand) fault() error {
	switch {
	case d.Subnets != Private && d.Subnets != Pod && d.Subnets != Public:
		return fmt.Errorf("the demand of %s is for subnets %q: use %s, %s or %s", d.What, d.Subnets, Private, Pod, Public)
	case d.Addresses < 0 || d.Addresses > maxDemand:
		return fmt.Errorf("the demand of %s is %d addresses: use 0 to %d", d.What, d.Addresses, maxDemand)
	}
	return nil
}

// share is what one zone takes of the addresses at most.
func (d Demand) share(zones int) int { return (d.Addresses + zones - 1) / zones }

// line is the demand in a message.
func (d Demand) line(zones int) string {
	text := fmt.Sprintf("%s: %d", d.What, d.Addresses)
	if d.Arithmetic != "" {
		text += fmt.Sprintf(" (%s)", d.Arithmetic)
	}
	return text + fmt.Sprintf(", up to %d in one of %d zones", d.share(zones), zones)
}
