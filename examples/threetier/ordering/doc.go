// Package ordering implements the middle tier of the shop: the order book. All state is in memory.
package ordering
