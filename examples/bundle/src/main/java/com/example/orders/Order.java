package com.example.orders;

/**
 * A request: somebody orders something.
 *
 * @param item what is ordered
 * @param count how many
 */
public record Order(String item, int count) {}
