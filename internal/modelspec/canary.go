package modelspec

// CanarySuffix ends the names of what is made for a canary: the model's name and this.
const CanarySuffix = "-canary"

// Canary is a second version of a model, which takes over by steps: start it with weight 0, try it with the testers' header or
// cookie, raise the weight to 100. To promote it, write its image or files as the model's and go back to weight 0, then remove the canary.
// To roll back at any time, write weight 0: the stable version has been running all along.
type Canary struct {
	// Image of the canary; see image of the model. Required where there is a canary of a model with an image.
	Image string `json:"image,omitempty"`

	// Files of the canary of a model with files. Required there.
	Files CanaryFiles `json:"model,omitzero"`

	// Source tells where the files or the image of the canary come from; see source of the model.
	Source Source `json:"source,omitzero"`

	// Weight is the percentage of requests that the canary gets, 0 to 100, default 0.
	Weight int `json:"weight,omitempty"`

	// Testers are clients whose requests all go to the canary, whatever the weight.
	Testers Testers `json:"testers,omitzero"`

	// Env replaces and adds environment variables of the canary; see env of the model.
	Env map[string]string `json:"env,omitempty"`
}

// Testers are known by a request header or a cookie, one of the two.
type Testers struct {
	// Header is the name of a request header, such as X-Canary: letters, digits and hyphens, at most 40.
	Header string `json:"header,omitempty"`

	// Cookie is the name of a cookie, such as canary: letters, digits, underscores and hyphens, at most 40.
	Cookie string `json:"cookie,omitempty"`

	// Value that the header or cookie must have: letters, digits, dots, underscores and hyphens, at most 64. Required with either.
	Value string `json:"value,omitempty"`
}

// Running tells whether there is a canary.
func (c Canary) Running() bool { return c.Image != "" || c.Files != CanaryFiles{} }

// Number is what tells the canary from the stable version; see Model.Number.
func (c Canary) Number() string { return number(c.Image, c.Files.Digest) }

// Pinned tells whether there are testers.
func (t Testers) Pinned() bool { return t.Header != "" || t.Cookie != "" }

// CanaryReplicas bounds the replicas of the canary: its part of the lowest number, rounded up, and the same highest number; zero
// without a canary.
func (m Model) CanaryReplicas() Replicas {
	if !m.Canary.Running() {
		return Replicas{}
	}
	return Replicas{Min: max(1, (m.Replicas.Min*m.Canary.Weight+99)/100), Max: m.Replicas.Max}
}
