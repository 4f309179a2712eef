package io.bittern.tracker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** The order in which the trackers of a torrent are asked (BEP 12): tiers, each shuffled once, with promotion. */
final class Tiers {

    /** Trackers that are asked at once at most: a torrent may name thousands. */
    static final int MOST_GROUPS = 100;

    private final List<String> urls;
    private final List<List<Integer>> tiers;

    /** A URL that stands in several places counts where it stands first. */
    Tiers(List<List<String>> urlsByTier, RandomGenerator random) {
        Set<String> seen = new LinkedHashSet<>();
        List<List<Integer>> numbers = new ArrayList<>();
        for (List<String> urlsOfTier : urlsByTier) {
            List<Integer> tier = new ArrayList<>(urlsOfTier.size());
            for (String url : urlsOfTier) {
                if (seen.add(url)) {
                    tier.add(seen.size() - 1);
                }
            }
            shuffle(tier, random);
            numbers.add(tier);
        }
        this.urls = List.copyOf(seen);
        this.tiers = List.copyOf(numbers);
    }

    private Tiers(Tiers all, List<List<Integer>> some) {
        urls = all.urls;
        tiers = List.copyOf(some);
    }

    /** The groups of trackers of each of which one is to know us; the numbers stay. */
    List<Tiers> groups(AnnounceTo to) {
        return switch (to) {
            case FIRST -> List.of(this);
            case ALL_TIERS -> groups(tiers);
            case ALL -> groups(order().stream().map(List::of).toList());
        };
    }

    /** A group for each part; those beyond the bound are in the last one together. */
    private List<Tiers> groups(List<List<Integer>> parts) {
        List<Tiers> groups = new ArrayList<>();
        for (int part = 0; part < parts.size() && part < MOST_GROUPS; part++) {
            boolean last = part == MOST_GROUPS - 1;
            groups.add(new Tiers(this, last ? parts.subList(part, parts.size()) : List.of(parts.get(part))));
        }
        return groups;
    }

    /** All URLs in the order of the torrent; the index is the number of the tracker. */
    List<String> urls() {
        return urls;
    }

    /** All trackers, the one to be asked first first. */
    List<Integer> order() {
        List<Integer> order = new ArrayList<>(urls.size());
        tiers.forEach(order::addAll);
        return order;
    }

    /** Moves a tracker that answered to the front of its tier. */
    void promote(int tracker) {
        for (List<Integer> tier : tiers) {
            int at = tier.indexOf(tracker);
            if (at > 0) {
                Collections.rotate(tier.subList(0, at + 1), 1);
            }
        }
    }

    /** The tier of a tracker, from 0. */
    int tierOf(int tracker) {
        for (int tier = 0; tier < tiers.size(); tier++) {
            if (tiers.get(tier).contains(tracker)) {
                return tier;
            }
        }
        throw new IndexOutOfBoundsException(tracker);
    }

    private static void shuffle(List<Integer> tier, RandomGenerator random) {
        for (int last = tier.size() - 1; last > 0; last--) {
            Collections.swap(tier, last, random.nextInt(last + 1));
        }
    }
}
