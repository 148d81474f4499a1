// Package warehouse implements the last tier of the shop: shelves, and what is reserved on them. All state is in memory.
package warehouse
