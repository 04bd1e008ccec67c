package machine

// Wildcard reports whether the whole text fits the pattern of a Fargate profile selector, in which * stands for any characters,
// none included, and ? for exactly one (https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html).
func Wildcard(pattern, text string) bool {
	p, t := []rune(pattern), []rune(text)
	// star and mark are where to go on when the characters after the last * do not match.
	i, j, star, mark := 0, 0, -1, 0
	for j < len(t) {
		switch {
		case i < len(p) && p[i] == '*':
			star, mark = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == t[j]):
			i++
			j++
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
}

// Selects reports whether a selector of a Fargate profile takes pods with the namespace and labels to Fargate: the namespace
// fits, and for each of the selector's labels one of the pods' fits it in key and value.
func Selects(namespacePattern string, labelPatterns map[string]string, namespace string, labels map[string]string) bool {
	if !Wildcard(namespacePattern, namespace) {
		return false
	}
	for keyPattern, valuePattern := range labelPatterns {
		if !labelFits(keyPattern, valuePattern, labels) {
			return false
		}
	}
	return true
}

func labelFits(keyPattern, valuePattern string, labels map[string]string) bool {
	for key, value := range labels {
		if Wildcard(keyPattern, key) && Wildcard(valuePattern, value) {
			return true
		}
	}
	return false
}
