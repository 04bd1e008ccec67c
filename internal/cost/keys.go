package cost

func (c *counter) countKeys() {
	for _, r := range c.set.OfType("aws:kms/key:Key") {
		c.monthly(r, "KMS key", c.prices.KeyMonth.USD, 1, 1)
	}
	for _, r := range c.set.OfType("aws:secretsmanager/secret:Secret") {
		c.monthly(r, "secret of Secrets Manager", c.prices.SecretMonth.USD, 1, 1)
	}
}
