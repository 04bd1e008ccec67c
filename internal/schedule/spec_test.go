package schedule

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSchedulesThatKubernetesRefuses(t *testing.T) {
	for text, problem := range map[string]string{
		"0 20 * * 1-5": "", "*/15 8-18 * JAN,jul mon-FRI": "", "0 7 29 2 ?": "",
		"0 25 * * *":     "not a cron expression: end of range (25) above maximum (23): 25",
		"*/0 * * * *":    "not a cron expression: step of range should be a positive number: */0",
		"99 99 99 99 99": "not a cron expression: end of range (99) above maximum (59): 99",
		"0 7 30 2 *":     "a time that never comes",
		"@daily":         "not a cron expression of five fields",
		"TZ=UTC 0 7 * *": "not a cron expression of five fields",
		"TZ=0 0 0 0 0":   "not a cron expression of five fields",
	} {
		require.Equal(t, problem, CronProblem(text), text)
	}
}

func TestNearTimeZones(t *testing.T) {
	for _, zone := range []string{"Europe/Berlin", "Etc/UTC", "UTC", "America/Argentina/Buenos_Aires"} {
		require.True(t, isTimeZone(zone), zone)
	}
	for zone, near := range map[string]string{
		"America/New_Yrok": "America/New_York", "europe/berlin": "Europe/Berlin", "Berlin": "Europe/Berlin",
		"America/New York": "America/New_York",
		"Asia/Tokio":       "Asia/Tokyo", "Mars/Olympus": DefaultTimeZone, "Local": DefaultTimeZone, "local": DefaultTimeZone,
		"": DefaultTimeZone, "../x": DefaultTimeZone,
	} {
		require.False(t, isTimeZone(zone), zone)
		require.Equal(t, near, nearTimeZone(zone), zone)
	}
}
