package capacity

import (
	"maps"
	"slices"
)

// filler spreads the hosts of one pool over its ALBs.
type filler struct {
	pool          Pool
	room, reserve Demand
	balancers     []LoadBalancer // by number
}

// fill takes the hosts of the ALBs that exist, by number, and the hosts wanted now.
func (f *filler) fill(existing map[int][]string, hosts []Host) []LoadBalancer {
	numbers := slices.Sorted(maps.Keys(existing))
	if !slices.Contains(numbers, 1) {
		numbers = slices.Insert(numbers, 0, 1)
	}
	home := map[string]int{}
	for i, number := range numbers {
		f.open(i, number)
		for _, host := range existing[number] {
			if _, twice := home[host]; !twice {
				home[host] = i
			}
		}
	}
	var fresh []Host
	for _, host := range hosts {
		if i, placed := home[host.Name]; placed {
			f.put(i, host)
		} else {
			fresh = append(fresh, host)
		}
	}
	slices.SortFunc(fresh, largestFirst(f.room))
	for _, host := range fresh {
		f.put(f.choose(host), host)
	}
	if f.pool.ReleaseEmpty {
		f.balancers = slices.DeleteFunc(f.balancers, func(lb LoadBalancer) bool { return lb.Number > 1 && len(lb.Hosts) == 0 })
	}
	return f.balancers
}

// choose finds the ALB for a new host and opens one when there is none.
func (f *filler) choose(host Host) int {
	for i := range f.balancers {
		lb := &f.balancers[i]
		if f.pool.Single || len(lb.Hosts) == 0 || lb.Used.Add(host.Demand).Add(f.reserve).within(f.room) {
			return i
		}
	}
	i := 0
	for i < len(f.balancers) && f.balancers[i].Number == i+1 {
		i++
	}
	f.open(i, i+1)
	return i
}

func (f *filler) open(i, number int) {
	f.balancers = slices.Insert(f.balancers, i, LoadBalancer{Name: f.pool.member(number), Number: number, Pool: f.pool})
}

func (f *filler) put(i int, host Host) {
	lb := &f.balancers[i]
	lb.Hosts = append(lb.Hosts, host)
	lb.Used = lb.Used.Add(host.Demand)
}
