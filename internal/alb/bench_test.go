package alb_test

import (
	"fmt"
	"testing"

	"github.com/modelway/modelway/internal/alb"
)

// hundred are the Ingresses of a hundred models on one host, each with the paths given for its name.
func hundred(paths func(name string) []string) []alb.Ingress {
	var ingresses []alb.Ingress
	for i := range 100 {
		name := fmt.Sprintf("model-%d", i)
		ingress := alb.Ingress{Namespace: "models", Name: name, Annotations: map[string]string{
			"alb.ingress.kubernetes.io/listen-ports": `[{"HTTPS":443},{"HTTP":80}]`,
		}, Rules: []alb.Rule{{Host: "api.company.com"}}}
		for _, path := range paths(name) {
			ingress.Rules[0].Paths = append(ingress.Rules[0].Paths, alb.Path{Path: path, PathType: alb.Exact, Backend: alb.Backend{Service: name,
				Port: "80"}})
		}
		ingresses = append(ingresses, ingress)
	}
	return ingresses
}

func benchmark(b *testing.B, ingresses []alb.Ingress) {
	quotas := alb.DefaultQuotas()
	quotas.Rules = 200
	class := alb.ClassParams{Name: "public", Group: "public", CertificateArns: []string{"arn:c"}, SslRedirectPort: 443}
	for b.Loop() {
		if _, err := alb.Build(class, ingresses, alb.WithQuotas(quotas)); err != nil {
			b.Fatal(err)
		}
	}
}

// A full load balancer is checked at every preview.
func BenchmarkBuild100(b *testing.B) {
	ingresses := hundred(func(name string) []string { return []string{"/v1/models/" + name + ":predict"} })
	for i := range ingresses {
		ingresses[i].Annotations["alb.ingress.kubernetes.io/conditions."+ingresses[i].Name] = `[{"field":"path-pattern","pathPatternConfig":{"values":["/v1/models/` + ingresses[i].Name + `"]}}]`
	}
	benchmark(b, ingresses)
}

func BenchmarkBuild100WithTwoPaths(b *testing.B) {
	benchmark(b, hundred(func(name string) []string { return []string{"/v1/models/" + name, "/v1/models/" + name + ":predict"} }))
}
