package rules

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/image"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/resource"
)

// secretive is the name of a value that nobody should read.
var secretive = regexp.MustCompile(
	`(?i)(^|[_.-])(password|passwd|secret|token|api_?key|private_?key|secret_?access_?key|credentials)$|[a-z0-9](Password|Secret|Token|ApiKey|PrivateKey)$`)

// harmless is the name of a token that anybody may read: a special token of a tokenizer, or what makes a request to AWS idempotent.
var harmless = regexp.MustCompile(`(?i)(^|[_.-])(pad|bos|eos|unk|sep|cls|mask|stop)[_.-]token$|^(creation|client|clientRequest)Token$`)

func secret(name string) bool { return secretive.MatchString(name) && !harmless.MatchString(name) }

const configMapType = "kubernetes:core/v1:ConfigMap"

var secretRules = []Rule{
	{
		ID: "secret-in-environment", Topic: Security, Level: config.PolicyMandatory,
		Title:  "Secrets do not stand in the environment of a container",
		Why:    "Whoever may read pods reads the value, and it stands in the state and in the audit log.",
		Fix:    "put the value into a Secret, and mount it or refer to it by valueFrom.secretKeyRef",
		Source: "https://kubernetes.io/docs/concepts/configuration/secret/",
		Types:  workloads,
		Each: func(c *Case, r resource.Resource) {
			c.containers(r, func(at path) {
				env := at.At("env")
				for i, variable := range c.look(r, env).List() {
					if name := variable.At("name"); name.Unknown() || secret(name.Text()) {
						c.plain(r, env.At(i, "value"), name)
					}
				}
			})
		},
	},
	{
		ID: "secret-in-config-map", Topic: Security, Level: config.PolicyMandatory,
		Title:  "Secrets do not stand in a ConfigMap",
		Why:    "Whoever may look at the namespace reads its ConfigMaps; Secrets take a right of their own.",
		Fix:    "put the value into a Secret",
		Source: "https://kubernetes.io/docs/concepts/configuration/configmap/",
		Types:  []string{configMapType},
		Each: func(c *Case, r resource.Resource) {
			data := path{"data"}
			for _, key := range slices.Sorted(maps.Keys(c.look(r, data).Map())) {
				if secret(key) {
					c.plain(r, data.At(key), resource.Of(key))
				}
			}
		},
	},
	{
		ID: "secret-in-state", Topic: Security, Level: config.PolicyMandatory,
		Title:  "Properties that hold secrets are secrets",
		Why:    "Whoever reads the state, a preview or a log reads the value.",
		Fix:    "take the value from `pulumi config set --secret`, or wrap it with pulumi.ToSecret",
		Source: "https://www.pulumi.com/docs/iac/concepts/secrets/",
		Each: func(c *Case, r resource.Resource) {
			for _, key := range slices.Sorted(maps.Keys(r.Properties)) {
				v := r.At(key)
				if _, text := v.Raw().(string); secret(key) && !v.Secret() && (text && v.Text() != "" || v.Unknown()) {
					c.plain(r, path{key}, resource.Of(key))
				}
			}
		},
	},
}

// plain requires a value not to be a plain text.
func (c *Case) plain(r resource.Resource, at path, name resource.Value) {
	switch v := r.At(at...); {
	case v.Secret():
	case v.Unknown(), name.Unknown() && v.Text() != "":
		c.unknown(r, at)
	case v.Text() != "":
		c.breaks(r, at, "a plain text of "+plural(len(v.Text()), "character"), "a reference to a secret, or a secret of Pulumi")
	}
}

var imageRules = []Rule{
	{
		ID: "image-tag", Topic: Security, Level: config.PolicyMandatory,
		Title:  "Images are pinned",
		Why:    "An image without a tag, or with latest, is another one tomorrow, and a rollback brings nothing back.",
		Fix:    "give the image a version as its tag, or a digest",
		Source: "https://kubernetes.io/docs/concepts/containers/images/",
		Types:  imaged,
		Each: wantsInContainers("an image with a tag other than latest, or with a digest", func(v resource.Value) bool {
			i, err := image.Parse(v.Text())
			return err == nil && i.Pinned()
		}, "image"),
	},
	{
		ID: "image-registry", Topic: Security, Level: config.PolicyMandatory,
		Title:  "Images come from registries that are allowed",
		Why:    "What anybody can publish, under a name that looks right, would run in the cluster.",
		Fix:    "take the image from one of the registries, or add its own to modelway:policies.allowedRegistries",
		Source: "https://kubernetes.io/docs/concepts/security/security-checklist/#images",
		Types:  imaged,
		Each: func(c *Case, r resource.Resource) {
			wantsInContainers("images of "+strings.Join(c.Policies.AllowedRegistries, ", "), func(v resource.Value) bool {
				i, err := image.Parse(v.Text())
				return err == nil && slices.ContainsFunc(c.Policies.AllowedRegistries, i.From)
			}, "image")(c, r)
		},
	},
	{
		ID: "model-files", Topic: Security, Level: config.PolicyMandatory,
		Title: "Files of models are pinned",
		Why: "Without a digest, whoever may write to the bucket changes what models answer; without a slash at its end, an address is also " +
			"that of other folders.",
		Fix:    "give the digest that `modelway store digest` prints, and end the address in a slash",
		Source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-prefixes.html",
		Types:  []string{kserve.Type},
		Each: func(c *Case, r resource.Resource) {
			p := podOf(r)
			c.wants(r, p.spec("annotations", kserve.DigestAnnotation), "sha256: and 64 hexadecimal digits",
				func(v resource.Value) bool { return pinnedFiles.MatchString(v.Text()) })
			c.wants(r, p.spec("model", "storageUri"), "an address that ends in a slash",
				func(v resource.Value) bool { return strings.HasSuffix(v.Text(), "/") })
		},
	},
}

var pinnedFiles = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
