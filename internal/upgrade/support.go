package upgrade

import (
	"fmt"
	"time"

	"github.com/modelway/modelway/internal/eksversion"
	"github.com/modelway/modelway/internal/pricing"
)

// Support is until when EKS supports a version, and what its control plane costs.
type Support struct {
	Version string `json:"version"`
	// StandardEnds and ExtendedEnds are days; "" where they are not announced.
	StandardEnds string `json:"standardEnds,omitempty"`
	ExtendedEnds string `json:"extendedEnds,omitempty"`
	// Now is standard or extended, on the day of the plan, and Hour the list price of an hour in US dollars; "" where it is not known.
	Now  string `json:"now"`
	Hour string `json:"hour,omitempty"`
}

// supportOf is the support of versions on a day, with notes on where prices come from.
func supportOf(versions []string, region string, day time.Time) (all []Support, notes []string) {
	prices, err := pricing.In(region)
	if err != nil {
		notes = append(notes, "prices of the control plane are not known: "+err.Error())
	} else {
		notes = append(notes, fmt.Sprintf("list prices of %s, read on %s from %s: %s USD an hour in standard support, %s in extended support",
			region, prices.ControlPlaneHour.Read, prices.ControlPlaneHour.Source, prices.ControlPlaneHour.USD.Price(),
			prices.ExtendedControlPlaneHour.USD.Price()))
	}
	for _, v := range eksversion.Versions {
		for _, version := range versions {
			if v.Version != version {
				continue
			}
			s := Support{Version: version, StandardEnds: v.StandardSupportEnds, ExtendedEnds: v.ExtendedSupportEnds, Now: "standard"}
			past := eksversion.PastStandardSupport(version, day)
			if past {
				s.Now = "extended"
			}
			switch {
			case prices == nil:
			case past:
				s.Hour = prices.ExtendedControlPlaneHour.USD.Price()
			default:
				s.Hour = prices.ControlPlaneHour.USD.Price()
			}
			all = append(all, s)
		}
	}
	return all, notes
}
