package com.example.orders;

/**
 * A response: the order is taken.
 *
 * @param number the number of the order
 */
public record Receipt(String number) {}
