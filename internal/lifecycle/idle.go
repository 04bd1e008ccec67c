package lifecycle

const (
	// minIdleTimeout is AWS's default of a load balancer's idle timeout, in seconds.
	minIdleTimeout = 60
	// keepAliveMargin is how much longer than the load balancer a server keeps an idle connection, in seconds.
	keepAliveMargin = 15
)

// IdleTimeout returns the idle timeout of a load balancer that all of the given models share, in seconds: the longest that any of
// them needs, 60 where there are none. AWS allows 1 to 4000
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html).
func IdleTimeout(contracts ...Contract) int {
	timeout := minIdleTimeout
	for _, contract := range contracts {
		timeout = max(timeout, contract.IdleTimeout)
	}
	return timeout
}

// KeepAlive returns how long a server must keep an idle connection open behind a load balancer with the given idle timeout, both
// in seconds. A server that closed first would now and then make the load balancer answer 502
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#connection-idle-timeout).
func KeepAlive(idleTimeout int) int { return idleTimeout + keepAliveMargin }
