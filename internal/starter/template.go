package starter

// template is the section of Pulumi.yaml by which `pulumi new` shows a template
// (https://www.pulumi.com/docs/iac/concepts/projects/project-file/#template-options). It asks for the settings that it names.
const template = `template:
  displayName: Modelway
  description: Machine-learning models served on Amazon EKS, in Go
  important: true
  quickstart: |
    go tool modelway cost --stack dev    # what an environment costs a month
    go tool modelway up                  # brings the platform up on this machine, without an AWS account
    Before pulumi up, change the account, the address block and the domain in Pulumi.dev.yaml.
  config:
    aws:region:
      description: The AWS region to deploy into
      default: us-east-1
`

// Template are the files of the template for `pulumi new`, by their names with slashes: those of a repository, which it fills in. Its go.mod
// names no version of Modelway: `pulumi new` runs go mod tidy, which takes the newest.
func Template(goVersion string) (map[string][]byte, error) {
	texts, err := texts("${PROJECT}", "${DESCRIPTION}")
	if err != nil {
		return nil, err
	}
	texts["Pulumi.yaml"] = append(texts["Pulumi.yaml"], template...)
	file, err := newGoMod("${PROJECT}", goVersion)
	if err != nil {
		return nil, err
	}
	texts["go.mod"], err = file.Format()
	return texts, err
}
