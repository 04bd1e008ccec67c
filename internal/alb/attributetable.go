package alb

// attributeRules are the attributes of one kind of resource with their allowed values. A nil rule allows every value.
type attributeRules struct {
	// what names the kind as AWS does in its refusal of an unknown key.
	what  string
	rules map[string]*attributeRule
}

// loadBalancerAttributeRules are the attributes of an Application Load Balancer
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html).
var loadBalancerAttributeRules = attributeRules{"Load balancer", map[string]*attributeRule{
	"access_logs.s3.bucket":                                    nil,
	"access_logs.s3.enabled":                                   {choices: truth},
	"access_logs.s3.prefix":                                    nil,
	"client_keep_alive.seconds":                                {min: 60, max: 604800},
	"connection_logs.s3.bucket":                                nil,
	"connection_logs.s3.enabled":                               {choices: truth},
	"connection_logs.s3.prefix":                                nil,
	"deletion_protection.enabled":                              {choices: truth},
	"health_check_logs.s3.bucket":                              nil,
	"health_check_logs.s3.enabled":                             {choices: truth},
	"health_check_logs.s3.prefix":                              nil,
	"idle_timeout.timeout_seconds":                             {min: 1, max: 4000},
	"ipv6.deny_all_igw_traffic":                                {choices: truth},
	"load_balancing.cross_zone.enabled":                        {choices: []string{"true"}}, // cannot be changed
	DesyncMitigationMode:                                       {choices: []string{"monitor", "defensive", "strictest"}},
	DropInvalidHeaderFields:                                    {choices: truth},
	PreserveHostHeader:                                         {choices: truth},
	"routing.http.x_amzn_tls_version_and_cipher_suite.enabled": {choices: truth},
	ForwardedForClientPort:                                     {choices: truth},
	ForwardedForMode:                                           {choices: []string{"append", "preserve", "remove"}},
	"routing.http2.enabled":                                    {choices: truth},
	"waf.fail_open.enabled":                                    {choices: truth},
	"zonal_shift.config.enabled":                               {choices: truth},
}}

// The attributes of load balancers and listeners that change what a request or an answer looks like.
const (
	// DropInvalidHeaderFields is true to remove request headers whose names are not letters, digits and hyphens; default false.
	DropInvalidHeaderFields = "routing.http.drop_invalid_header_fields.enabled"
	// DesyncMitigationMode is monitor, defensive (default) or strictest.
	DesyncMitigationMode = "routing.http.desync_mitigation_mode"
	// PreserveHostHeader is true to send the Host header to targets as it came; default false.
	PreserveHostHeader = "routing.http.preserve_host_header.enabled"
	// ForwardedForClientPort is true to add the client's port to its address in X-Forwarded-For; default false.
	ForwardedForClientPort = "routing.http.xff_client_port.enabled"
	// ForwardedForMode is append (default), preserve or remove.
	ForwardedForMode = "routing.http.xff_header_processing.mode"
	// ServerHeader is false to leave the Server header out of the answers that the load balancer makes itself; default true.
	ServerHeader = "routing.http.response.server.enabled"
)

// responseHeaders are the headers that a listener adds to answers, by the attribute that holds their value
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/header-modification.html#insert-header).
var responseHeaders = map[string]string{
	"routing.http.response.strict_transport_security.header_value":        "Strict-Transport-Security",
	"routing.http.response.access_control_allow_origin.header_value":      "Access-Control-Allow-Origin",
	"routing.http.response.access_control_allow_methods.header_value":     "Access-Control-Allow-Methods",
	"routing.http.response.access_control_allow_headers.header_value":     "Access-Control-Allow-Headers",
	"routing.http.response.access_control_allow_credentials.header_value": "Access-Control-Allow-Credentials",
	"routing.http.response.access_control_expose_headers.header_value":    "Access-Control-Expose-Headers",
	"routing.http.response.access_control_max_age.header_value":           "Access-Control-Max-Age",
	"routing.http.response.content_security_policy.header_value":          "Content-Security-Policy",
	"routing.http.response.x_content_type_options.header_value":           "X-Content-Type-Options",
	"routing.http.response.x_frame_options.header_value":                  "X-Frame-Options",
}

// listenerAttributeRules are the attributes of a listener of an Application Load Balancer
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ListenerAttribute.html).
var listenerAttributeRules = attributeRules{"Listener", func() map[string]*attributeRule {
	rules := map[string]*attributeRule{
		"routing.http.request.x_amzn_mtls_clientcert.header_name":               nil,
		"routing.http.request.x_amzn_mtls_clientcert_issuer.header_name":        nil,
		"routing.http.request.x_amzn_mtls_clientcert_leaf.header_name":          nil,
		"routing.http.request.x_amzn_mtls_clientcert_serial_number.header_name": nil,
		"routing.http.request.x_amzn_mtls_clientcert_subject.header_name":       nil,
		"routing.http.request.x_amzn_mtls_clientcert_validity.header_name":      nil,
		"routing.http.request.x_amzn_tls_cipher_suite.header_name":              nil,
		"routing.http.request.x_amzn_tls_version.header_name":                   nil,
		ServerHeader: {choices: truth},
	}
	for attribute := range responseHeaders {
		rules[attribute] = nil
	}
	return rules
}()}

// targetGroupAttributeRules are the attributes of an ALB target group with instance or ip targets
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html).
var targetGroupAttributeRules = attributeRules{"Target group", map[string]*attributeRule{
	"deregistration_delay.timeout_seconds":   {max: 3600},
	"slow_start.duration_seconds":            {choices: []string{"0"}, min: 30, max: 900},
	"stickiness.enabled":                     {choices: truth},
	"stickiness.type":                        {choices: []string{"lb_cookie", "app_cookie"}},
	"stickiness.lb_cookie.duration_seconds":  {min: 1, max: 604800},
	"stickiness.app_cookie.duration_seconds": {min: 1, max: 604800},
	"stickiness.app_cookie.cookie_name":      {filled: true},
	"load_balancing.algorithm.type": {choices: []string{"round_robin",
		"least_outstanding_requests", "weighted_random"}},
	"load_balancing.algorithm.anomaly_mitigation": {choices: []string{"on", "off"}},
	"load_balancing.cross_zone.enabled": {choices: []string{"true", "false",
		"use_load_balancer_configuration"}},
	"target_group_health.dns_failover.minimum_healthy_targets.count":                 {choices: []string{"off"}, min: 1, max: 1000},
	"target_group_health.dns_failover.minimum_healthy_targets.percentage":            {choices: []string{"off"}, min: 1, max: 100},
	"target_group_health.unhealthy_state_routing.minimum_healthy_targets.count":      {min: 1, max: 1000},
	"target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": {choices: []string{"off"}, min: 1, max: 100},
}}
