package aws

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func checkLaunchTemplate(in Properties) []error {
	if _, err := base64.StdEncoding.DecodeString(in.String("userData")); err != nil {
		return []error{fmt.Errorf("userData: %w", refuse("InvalidUserData.Malformed", "Invalid BASE64 encoding of user data."))}
	}
	return nil
}

// applyLaunchTemplate makes a new version with every change, which is the default one only when asked for.
func applyLaunchTemplate(_ *State, r, old *Resource) error {
	latest := r.Int("latestVersion") + 1
	r.Computed["latestVersion"] = latest
	if old != nil && r.Bool("updateDefaultVersion") {
		r.Computed["defaultVersion"] = latest
	}
	return nil
}

// notInTemplates are what the launch template of a node group cannot have
// (https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html).
var notInTemplates = []string{"iamInstanceProfile", "networkInterfaces.subnetId", "instanceInitiatedShutdownBehavior", "hibernationOptions"}

// applyTemplateOfNodes refuses a launch template that a node group cannot use, and what both of them say.
func (s *State) applyTemplateOfNodes(r *Resource) error {
	template := s.Get(LaunchTemplate, r.String("launchTemplate.id"))
	if template == nil {
		return nil
	}
	version := r.String("launchTemplate.version")
	if n, err := strconv.Atoi(version); version != "$Latest" && version != "$Default" &&
		(err != nil || n < 1 || n > template.Int("latestVersion")) {
		return refuse("InvalidRequestException", "Could not find the specified version %s for the launch template with ID %s.", version,
			template.ID)
	}
	for _, path := range notInTemplates {
		if template.has(path) {
			return refuse("InvalidRequestException", "Launch template %s of a node group should not have %s", template.ID, path)
		}
	}
	switch {
	case r.Inputs.Has("diskSize"):
		return invalid("Disk size must be specified within the launch template.")
	case r.Inputs.Has("remoteAccess"):
		return invalid("Remote access configuration cannot be specified with a launch template.")
	case r.Inputs.Has("instanceTypes") && template.has("instanceType"):
		return refuse("InvalidRequestException", "Cannot specify instance types in launch template and API request")
	case template.has("imageId") && r.Inputs.Has("amiType") && r.String("amiType") != "CUSTOM":
		return refuse("InvalidRequestException", "You cannot specify an AMI type with a launch template that has an image, %s",
			template.String("imageId"))
	}
	return nil
}

// toml is a line of the settings that Bottlerocket takes as user data.
var toml = regexp.MustCompile(`^(\[.+\]|[\w."-]+\s*=.*)$`)

// userDataHealth: EKS merges its own user data with that of the launch template, which must be a MIME multipart archive for Amazon
// Linux and TOML for Bottlerocket (https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html#launch-template-user-data).
func (s *State) userDataHealth(r *Resource) error {
	template := s.Get(LaunchTemplate, r.String("launchTemplate.id"))
	if template == nil || !template.has("userData") || template.has("imageId") {
		return nil
	}
	raw, _ := base64.StdEncoding.DecodeString(template.String("userData"))
	data := strings.TrimSpace(string(raw))
	begin, _, _ := strings.Cut(data, "\n\n")
	switch kind := r.String("amiType"); {
	case strings.HasPrefix(kind, "BOTTLEROCKET_"):
		lines := strings.FieldsFunc(data, func(c rune) bool { return c == '\n' })
		lines = slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "#!") })
		if !toml.MatchString(strings.TrimSpace(first(lines))) {
			return refuse("Ec2LaunchTemplateInvalidConfiguration", "User data was not in the TOML format.")
		}
	case strings.HasPrefix(kind, "AL2") && !strings.Contains(begin, "multipart/mixed"):
		return refuse("Ec2LaunchTemplateInvalidConfiguration", "User data was not in the MIME multipart format.")
	}
	return nil
}
