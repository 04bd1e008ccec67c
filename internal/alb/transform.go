package alb

// TransformType is url-rewrite or host-header-rewrite.
type TransformType string

// The transforms that an Ingress can ask for.
const (
	URLRewrite        TransformType = "url-rewrite"
	HostHeaderRewrite TransformType = "host-header-rewrite"
)

// Transform changes a matched request before it goes to a target
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-transforms.html).
type Transform struct {
	Type TransformType
	// Rewrites are at least one.
	Rewrites []Rewrite
}

// Rewrite replaces what a regular expression matches.
type Rewrite struct {
	Regex   string `json:"regex"`
	Replace string `json:"replace"`
}

type transformSchema struct {
	Type                    TransformType  `json:"type"`
	HostHeaderRewriteConfig *rewriteSchema `json:"hostHeaderRewriteConfig"`
	URLRewriteConfig        *rewriteSchema `json:"urlRewriteConfig"`
}

type rewriteSchema struct {
	Rewrites []Rewrite `json:"rewrites"`
}

// namedTransforms gives the transforms of the annotation transforms.<name>, none without it; false when LBC refuses them
// (pkg/ingress/config_types.go).
func (b *builder) namedTransforms(m member, name string) ([]Transform, bool) {
	annotation := transformsPrefix + name
	if _, ok := m.annotations.values[annotation]; !ok {
		return nil, true
	}
	var schemas []transformSchema
	if !m.annotations.decode(annotation, &schemas) {
		return nil, false
	}
	ok := true
	bad := b.malformed(m, annotation, &ok)
	var transforms []Transform
	for _, schema := range schemas {
		configs := map[TransformType]*rewriteSchema{HostHeaderRewrite: schema.HostHeaderRewriteConfig, URLRewrite: schema.URLRewriteConfig}
		switch config, known := configs[schema.Type]; {
		case !known:
			bad("type %q must be %s or %s", schema.Type, URLRewrite, HostHeaderRewrite)
		case config == nil || len(config.Rewrites) == 0:
			bad("a transform of type %s needs rewrites", schema.Type)
		default:
			for _, rewrite := range config.Rewrites {
				if _, err := compile(rewrite.Regex); err != nil || rewrite.Regex == "" {
					bad("%s regex %q must be a regular expression without lookaround, backreferences and Unicode character classes", schema.Type,
						rewrite.Regex)
				}
			}
			transforms = append(transforms, Transform{schema.Type, config.Rewrites})
		}
	}
	return transforms, ok
}
