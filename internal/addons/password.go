package addons

// Password is a random password that a release finds in its namespace. It is made once, and kept as long as the add-on is there.
type Password struct {
	// Secret is the name of the Secret that has it, and Key its key there. Required.
	Secret, Key string
}
