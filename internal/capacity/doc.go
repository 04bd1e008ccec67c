// Package capacity plans which Application Load Balancer (ALB) serves each host, so that none exceeds a quota of AWS.
//
// A pool is a load balancer of the configuration. It grows to as many ALBs as its hosts need: public, public-2, public-3.
// A host is placed whole, because its DNS name leads to one ALB. Once placed it stays, because clients and caches
// hold on to where its name led.
//
// Nothing here talks to AWS. The caller hands in what the last deployment left, as Placement, and what is wanted now.
package capacity
