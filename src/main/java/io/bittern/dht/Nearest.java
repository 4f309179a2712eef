package io.bittern.dht;

import java.util.ArrayList;
import java.util.List;

/** The few contacts nearest to a target among many that are offered. */
final class Nearest {

    private final NodeId target;
    private final int most;
    private final List<Contact> contacts;

    Nearest(NodeId target, int most) {
        this.target = target;
        this.most = most;
        this.contacts = new ArrayList<>(most + 1);
    }

    void offer(Contact contact) {
        int at = contacts.size();
        while (at > 0
                && target.compareDistance(contact.id(), contacts.get(at - 1).id()) < 0) {
            at--;
        }
        if (at < most) {
            contacts.add(at, contact);
            if (contacts.size() > most) {
                contacts.remove(most);
            }
        }
    }

    int size() {
        return contacts.size();
    }

    /** Nearest first. */
    List<Contact> contacts() {
        return contacts;
    }
}
