package recorder

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/aws/kinds"
)

// answerer gives the id and the computed outputs of one custom resource.
type answerer struct {
	record *Resource
	region string
	// hex is a digest of the URN: what makes ids differ and stay the same from run to run.
	hex string
}

// answer is what the provider would return: the inputs and what the provider computes. Components have no outputs of
// their own, and in a preview nothing computed is known.
func (m *monitor) answer(record *Resource) (string, resource.PropertyMap) {
	if !record.Custom {
		return "", resource.PropertyMap{}
	}
	if m.options.preview && !strings.HasPrefix(record.Type, "pulumi:providers:") {
		return "", maps.Clone(record.Inputs)
	}
	sum := sha256.Sum256([]byte(record.URN))
	a := answerer{record: record, region: m.options.region, hex: hex.EncodeToString(sum[:])}
	id, computed := a.answer()
	outputs := maps.Clone(record.Inputs)
	if outputs == nil {
		outputs = resource.PropertyMap{}
	}
	for key, value := range resource.NewPropertyMapFromMap(computed) {
		outputs[key] = value
	}
	return id, outputs
}

func (a answerer) answer() (string, map[string]any) {
	switch {
	case strings.HasPrefix(a.record.Type, "pulumi:providers:"):
		return a.hex[:8] + "-0000-4000-8000-" + a.hex[8:20], nil
	case strings.HasPrefix(a.record.Type, "kubernetes:"):
		return a.kubernetes()
	}
	if k, ok := kinds.Of(a.record.Type); ok {
		return a.kind(k)
	}
	return a.named("name", "resource/")
}

// id is an EC2 id such as vpc-0123456789abcdef0.
func (a answerer) id(prefix string) string { return prefix + "-" + a.hex[:17] }

func (a answerer) arn(service, path string) string {
	return aws.Arn(a.region, service, a.region, Account, path)
}

// name is the input with the given key, or a name such as Pulumi generates, or one that begins with the prefix input.
func (a answerer) name(key string) string {
	for _, candidate := range []string{key, key + "Prefix"} {
		v := reveal(a.record.Inputs[resource.PropertyKey(candidate)])
		if !v.IsString() || v.StringValue() == "" {
			continue
		}
		if candidate == key {
			return v.StringValue()
		}
		return v.StringValue() + "20260102030405060700000001"
	}
	return a.record.Name + "-" + a.hex[:7]
}

// input is a string input, or "" when it is absent or unknown.
func (a answerer) input(key string) string {
	if v := reveal(a.record.Inputs[resource.PropertyKey(key)]); v.IsString() {
		return v.StringValue()
	}
	return ""
}

// named answers for a resource whose id is its name.
func (a answerer) named(key, arnPath string) (string, map[string]any) {
	name := a.name(key)
	service, _, _ := strings.Cut(strings.TrimPrefix(a.record.Type, "aws:"), "/")
	return name, map[string]any{key: name, "arn": a.arn(service, arnPath+name)}
}

// kubernetes answers for an API object: a generated name when the object has none, and the status of a load balancer.
func (a answerer) kubernetes() (string, map[string]any) {
	metadata := map[string]any{}
	if v := reveal(a.record.Inputs["metadata"]); v.IsObject() {
		metadata = v.ObjectValue().Mappable()
	}
	name, _ := metadata["name"].(string)
	if name == "" {
		name = a.record.Name + "-" + a.hex[:8]
	}
	namespace, _ := metadata["namespace"].(string)
	metadata["name"], metadata["uid"] = name, a.hex[:8]+"-0000-4000-8000-"+a.hex[8:20]
	id := name
	if namespace != "" {
		id = namespace + "/" + name
	}
	computed := map[string]any{"metadata": metadata}
	switch a.record.Type {
	case "kubernetes:networking.k8s.io/v1:Ingress":
		host := "k8s-" + a.hex[:8] + "-" + a.hex[8:18] + "." + a.region + ".elb." + aws.DNSSuffix(a.region)
		computed["status"] = map[string]any{"loadBalancer": map[string]any{"ingress": []any{map[string]any{"hostname": host}}}}
	case "kubernetes:helm.sh/v3:Release":
		release := a.name("name")
		id = a.input("namespace") + "/" + release
		computed = map[string]any{"name": release, "status": map[string]any{
			"name": release, "namespace": a.input("namespace"), "status": "deployed", "version": a.input("version"), "revision": 1,
		}}
	}
	return id, computed
}
