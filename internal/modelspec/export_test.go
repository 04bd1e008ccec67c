package modelspec

// The patterns that validation uses, for the schema.
var (
	LabelPattern    = labelPattern
	EnvPattern      = envPattern
	QuantityPattern = quantityPattern.String()
	SecretPattern   = secretSyntax.String()
	HeaderPattern   = headerSyntax.String()
	CookiePattern   = cookieSyntax.String()
	TesterPattern   = testerSyntax.String()
	FilesPattern    = filesPattern
	DigestPattern   = digestPattern
	SourcePatterns  = map[string]string{"version": sourceVersion.String(), "run": sourceRun.String(), "commit": sourceCommit.String(),
		"digest": digestPattern}
	MaxGPU           = maxGPU
	MaxRequests      = maxRequests
	ReservedSuffixes = []string{CanarySuffix, HostSuffix}
)
