package cost

import (
	"fmt"
	"strings"

	"github.com/modelway/modelway/internal/resource"
)

const databaseType = "aws:rds/instance:Instance"

// burstable reports classes whose names begin with t. On RDS they always may use more CPU than they are sold with, for more
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Types.html).
func burstable(r resource.Resource) bool {
	return strings.HasPrefix(r.At("instanceClass").Text(), "db.t")
}

// countDatabases counts servers, their storage and the secrets of their passwords. A standby is a server and storage again.
func (c *counter) countDatabases() {
	for _, r := range c.set.OfType(databaseType) {
		servers, what := int64(1), "MySQL server "+r.At("instanceClass").Text()
		if r.At("multiAz").Bool() {
			servers, what = 2, what+", each of two"
		}
		if hour, priced := c.prices.DatabaseHour(r.At("instanceClass").Text()); priced {
			c.hourly(r, what, hour, servers, servers)
		} else {
			c.skip("database %s, whose class %q has no price here", r.Name, r.At("instanceClass").Text())
		}
		c.countDatabaseStorage(r, servers)
		if secret, priced := c.prices.OfType("aws:secretsmanager/secret:Secret"); priced && r.At("manageMasterUserPassword").Bool() {
			c.monthly(r, secret.What, secret.USD, 1, 1)
		}
	}
}

// countDatabaseStorage counts from what is there at first to what RDS lets it grow to.
func (c *counter) countDatabaseStorage(r resource.Resource, servers int64) {
	size, known := whole(r.At("allocatedStorage"))
	if !known {
		c.skip("storage of database %s, whose size is not known yet", r.Name)
		return
	}
	most, grows := whole(r.At("maxAllocatedStorage"))
	if !grows {
		most = size
	}
	price := c.prices.DatabaseStorageGBMonth.USD
	c.add(c.item(r, fmt.Sprintf("gp3 storage of a database, %d to %d GB", size, max(size, most)), price, servers*size,
		servers*max(size, most), fmt.Sprintf("%d x %d GB x %s USD", servers, size, price.Price())))
}
