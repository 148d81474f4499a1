// Package threetier is a small shop in three tiers: front takes a customer's purchase and calls orders, which enters it into the
// order book and calls stock, which takes the goods off the shelves. The services keep their state in memory and are ordinary gRPC
// services in every respect; README.md says how to run them, alone and replicated.
package threetier
