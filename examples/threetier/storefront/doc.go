// Package storefront implements the tier of the shop that customers talk to. All state is in memory.
package storefront
