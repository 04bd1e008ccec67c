package aws

import (
	"encoding/json"
	"fmt"
)

// UnmarshalJSON reads an account and refuses one with an entry that is missing, misplaced or of a type that the account does not know.
func (s *State) UnmarshalJSON(raw []byte) error {
	type plain State
	if err := json.Unmarshal(raw, (*plain)(s)); err != nil {
		return err
	}
	empty := newState()
	if s.Resources == nil {
		s.Resources = empty.Resources
	}
	if s.Interfaces == nil {
		s.Interfaces = empty.Interfaces
	}
	if s.LoadBalancers == nil {
		s.LoadBalancers = empty.LoadBalancers
	}
	if s.Failed == nil {
		s.Failed = empty.Failed
	}
	for typ, all := range s.Resources {
		if _, err := KindOf(typ); err != nil {
			return err
		}
		for id, r := range all {
			if r == nil || r.Type != typ || r.ID != id {
				return fmt.Errorf("the entry of %s %q is damaged", typ, id)
			}
			if r.Computed == nil {
				r.Computed = Properties{}
			}
		}
	}
	for id, i := range s.Interfaces {
		if i == nil || i.ID != id {
			return fmt.Errorf("the entry of network interface %q is damaged", id)
		}
	}
	for arn, lb := range s.LoadBalancers {
		if lb == nil || lb.Arn != arn {
			return fmt.Errorf("the entry of load balancer %q is damaged", arn)
		}
	}
	return nil
}
