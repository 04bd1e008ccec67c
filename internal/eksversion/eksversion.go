// Package eksversion knows which Kubernetes versions EKS offers, and for how long it supports each.
package eksversion

import "time"

// Version is one Kubernetes version as EKS offers it. Dates are YYYY-MM-DD; an empty one has not been announced.
type Version struct {
	// Version is the minor version, such as "1.36".
	Version string
	// Released is the day EKS began to offer it.
	Released string
	// StandardSupportEnds is the day after which EKS bills extended support.
	StandardSupportEnds string
	// ExtendedSupportEnds is the day after which EKS upgrades the control plane by itself.
	ExtendedSupportEnds string
}

// Versions lists what EKS offers, oldest first.
// Sources: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html (release calendar) and
// https://endoflife.date/amazon-eks.
var Versions = []Version{
	{Version: "1.33", Released: "2025-05-28", StandardSupportEnds: "2026-07-29", ExtendedSupportEnds: "2027-07-29"},
	{Version: "1.34", Released: "2025-10-02", StandardSupportEnds: "2026-12-02", ExtendedSupportEnds: "2027-12-02"},
	{Version: "1.35", Released: "2026-01-28", StandardSupportEnds: "2027-03-27", ExtendedSupportEnds: "2028-03-27"},
	{Version: "1.36", Released: "2026-06-02", StandardSupportEnds: "2027-08-02", ExtendedSupportEnds: "2028-08-02"},
	{Version: "1.37", Released: "2026-10-01"},
}

// PastStandardSupport says whether a control plane of the version costs extended support on the day: support ends with the day that the
// calendar names. Of a version that is not in Versions nothing is known.
func PastStandardSupport(version string, day time.Time) bool {
	for _, v := range Versions {
		if v.Version == version {
			ends, err := time.Parse(time.DateOnly, v.StandardSupportEnds)
			return err == nil && !day.Before(ends.AddDate(0, 0, 1))
		}
	}
	return false
}
