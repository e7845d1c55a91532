package org.slimta.bus.nats.impl.cluster;

/**
 * The connection to the cluster at one moment.
 *
 * @param isUp whether messages can be published
 * @param node the node that it is, or was last, connected to; null before the first connection
 * @param since when it was connected or lost, in nanoseconds of the cluster's clock
 * @param losses how often the connection was lost
 * @param fault why no node can be reached, for an administrator; null if it is connected, or was not tried yet
 */
public record Link(boolean isUp, String node, long since, long losses, String fault) {}
