package alb_test

import (
	"fmt"
	"testing"

	"github.com/modelway/modelway/internal/alb"
)

// Two models share a host; a third has its own.
func ExampleBuild() {
	predict := func(name string) alb.Ingress {
		backend := alb.Backend{Service: name, Port: "http"}
		return alb.Ingress{Namespace: "models", Name: name, ClassName: "public", Rules: []alb.Rule{{
			Host: "api.company.com",
			Paths: []alb.Path{
				{Path: "/v1/models/" + name, PathType: alb.Exact, Backend: backend},
				{Path: "/v1/models/" + name + ":predict", PathType: alb.Exact, Backend: backend},
			},
		}}}
	}
	class := alb.ClassParams{Name: "public", Group: "public", Scheme: "internet-facing"}
	lb, err := alb.Build(class, []alb.Ingress{predict("fraud-detection"), predict("churn")})
	if err != nil {
		fmt.Println(err)
	}
	for _, path := range []string{"/v1/models/churn:predict", "/v1/models/churn-v2:predict"} {
		action, matched := lb.Listeners[0].Match(alb.Request{Method: "POST", Host: "api.company.com", Path: path})
		if matched {
			fmt.Println(path, "->", action.Forward.TargetGroups[0].Key)
		} else {
			fmt.Println(path, "->", action.FixedResponse.StatusCode)
		}
	}
	// Output:
	// /v1/models/churn:predict -> models/churn-churn:http
	// /v1/models/churn-v2:predict -> 404
}

// A Prefix path covers whole segments only, and whoever comes first gets the request.
func ExampleFaults() {
	class := alb.ClassParams{Name: "public", Group: "public"}
	route := func(name, path string) alb.Ingress {
		return alb.Ingress{Namespace: "models", Name: name, Rules: []alb.Rule{{Host: "api.company.com", Paths: []alb.Path{
			{Path: path, PathType: alb.Prefix, Backend: alb.Backend{Service: name, Port: "80"}}}}}}
	}
	_, err := alb.Build(class, []alb.Ingress{route("a", "/v1"), route("b", "/v1/models/b")})
	fmt.Println(alb.Refused(err))
	fmt.Println(alb.FaultsOf(err)[0].Code)
	// Output:
	// false
	// shadowed-route
}

// A full load balancer is checked at every preview.
func BenchmarkBuild(b *testing.B) {
	var ingresses []alb.Ingress
	for i := range 50 {
		name := fmt.Sprintf("model-%d", i)
		ingresses = append(ingresses, alb.Ingress{Namespace: "models", Name: name, Rules: []alb.Rule{{Host: "api.company.com", Paths: []alb.Path{
			{Path: "/v1/models/" + name, PathType: alb.Exact, Backend: alb.Backend{Service: name, Port: "80"}},
			{Path: "/v1/models/" + name + ":predict", PathType: alb.Exact, Backend: alb.Backend{Service: name, Port: "80"}}}}}})
	}
	for b.Loop() {
		if _, err := alb.Build(alb.ClassParams{Name: "public", Group: "public"}, ingresses); err != nil {
			b.Fatal(err)
		}
	}
}
