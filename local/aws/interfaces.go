package aws

import (
	"encoding/binary"
	"net/netip"
	"slices"
)

// Interface is an elastic network interface. It holds its subnet and its security groups.
type Interface struct {
	ID               string   `json:"id"`
	SubnetID         string   `json:"subnetId"`
	VpcID            string   `json:"vpcId"`
	PrivateIP        string   `json:"privateIp"`
	PublicIP         string   `json:"publicIp,omitempty"`
	Description      string   `json:"description"`
	Owner            string   `json:"owner"`
	SecurityGroupIDs []string `json:"securityGroupIds,omitempty"`
}

// AttachInterface creates a network interface in a subnet, for a pod for example, and returns its id and private address. The
// owner, any text, is its client token: a second call for the same owner and subnet returns the same interface.
func (s *State) AttachInterface(subnetID, description, owner string) (eniID, ip string, err error) {
	if i := s.InterfaceOf(owner, subnetID); i != nil {
		return i.ID, i.PrivateIP, nil
	}
	i, err := s.attach(subnetID, description, owner, nil)
	if err != nil {
		return "", "", err
	}
	return i.ID, i.PrivateIP, nil
}

// InterfaceOf returns the network interface that an owner has in a subnet, or nil.
func (s *State) InterfaceOf(owner, subnetID string) *Interface {
	for _, i := range s.Interfaces {
		if i.Owner == owner && i.SubnetID == subnetID {
			return i
		}
	}
	return nil
}

// DetachInterface removes a network interface. One that is not there is no error.
func (s *State) DetachInterface(eniID string) { delete(s.Interfaces, eniID) }

func (s *State) interfacesOf(owner string) (all []*Interface) {
	for _, id := range sortedKeys(s.Interfaces) {
		if s.Interfaces[id].Owner == owner {
			all = append(all, s.Interfaces[id])
		}
	}
	return all
}

func (s *State) detachAll(owner string) {
	for _, i := range s.interfacesOf(owner) {
		delete(s.Interfaces, i.ID)
	}
}

// place gives an owner one network interface for each element of subnetIDs, a template of a [Kind] describing each. Those that it has
// already stay; only the difference is attached or detached.
func (s *State) place(owner, description string, subnetIDs []string, securityGroupIDs ...string) error {
	wanted := slices.Clone(subnetIDs)
	for _, i := range s.interfacesOf(owner) {
		if n := slices.Index(wanted, i.SubnetID); n >= 0 {
			wanted = slices.Delete(wanted, n, n+1)
			i.SecurityGroupIDs = securityGroupIDs
		} else {
			s.DetachInterface(i.ID)
		}
	}
	for _, id := range wanted {
		if _, err := s.attach(id, s.expand(description, nil), owner, securityGroupIDs); err != nil {
			return err
		}
	}
	return nil
}

func (s *State) attach(subnetID, description, owner string, securityGroupIDs []string) (*Interface, error) {
	subnet := s.Get(Subnet, subnetID)
	if subnet == nil {
		return nil, kinds[Subnet].missing(subnetID)
	}
	for _, id := range securityGroupIDs {
		if s.Get(SecurityGroup, id) == nil {
			return nil, kinds[SecurityGroup].missing(id)
		}
	}
	ip, err := s.freeAddress(subnet)
	if err != nil {
		return nil, err
	}
	i := &Interface{ID: "eni-" + randomHex(17), SubnetID: subnetID, VpcID: subnet.String("vpcId"), PrivateIP: ip,
		Description: description, Owner: owner, SecurityGroupIDs: securityGroupIDs}
	s.Interfaces[i.ID] = i
	return i, nil
}

// freeAddress takes an address of a subnet. AWS keeps the first four and the last
// (https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html).
func (s *State) freeAddress(subnet *Resource) (string, error) {
	cidr, _ := block(subnet)
	if ip := s.pick(cidr, 4, 1); ip != "" {
		return ip, nil
	}
	return "", refuse("InsufficientFreeAddressesInSubnet", "The specified subnet does not have enough free addresses to satisfy the "+
		"request: %s (%s) is full.", subnet.ID, cidr)
}

// FreeAddresses is how many addresses of a subnet nothing has.
func (s *State) FreeAddresses(subnet *Resource) int {
	cidr, _ := block(subnet)
	free := 1<<(32-cidr.Bits()) - 5
	for _, i := range s.Interfaces {
		if i.SubnetID == subnet.ID {
			free--
		}
	}
	return free
}

// roomForCluster: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html#network-requirements-subnets.
func (s *State) roomForCluster(subnets []string) error {
	const least = 6
	for _, id := range subnets {
		if free := s.FreeAddresses(s.Get(Subnet, id)); free < least {
			return invalid("Subnets specified must have at least %d free IP addresses for EKS: %s has %d", least, id, free)
		}
	}
	return nil
}

// publicIP makes up an address of 198.18.0.0/15, a range that is never routed (RFC 2544).
func (s *State) publicIP() string { return s.pick(netip.MustParsePrefix("198.18.0.0/15"), 1, 1) }

// pick returns an address of a block that nothing in the account has, without some at the beginning and the end, or "". Every change of
// the account begins one further, so that an address is not given to another pod while connections to the last one are open.
func (s *State) pick(block netip.Prefix, head, tail uint32) string {
	used := map[string]bool{}
	for _, i := range s.Interfaces {
		used[i.PrivateIP], used[i.PublicIP] = true, true
	}
	for _, r := range s.List(Eip) {
		used[r.String("publicIp")] = true
	}
	base := block.Addr().As4()
	size := uint32(1)<<(32-block.Bits()) - head - tail
	for n := range size {
		var raw [4]byte
		binary.BigEndian.PutUint32(raw[:], binary.BigEndian.Uint32(base[:])+head+(uint32(s.Serial)+n)%size)
		if ip := netip.AddrFrom4(raw).String(); !used[ip] {
			return ip
		}
	}
	return ""
}
