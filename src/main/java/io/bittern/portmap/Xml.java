package io.bittern.portmap;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParser;
import javax.xml.parsers.SAXParserFactory;
import org.xml.sax.Attributes;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Reads the small documents of a stranger: nothing is fetched, no entity is expanded, a document type makes it unreadable,
 * and what is wrong with it nobody hears.
 */
final class Xml extends DefaultHandler {

    private static final int DEEPEST = 30;
    private static final int MOST_ELEMENTS = 5_000;
    private static final String NO_DOCUMENT_TYPE = "http://apache.org/xml/features/disallow-doctype-decl";

    /**
     * An element.
     *
     * @param parent the number of the element around it; those with the same number are siblings
     * @param name without prefix
     * @param text its own, without spaces around
     */
    record Element(int parent, String name, String text) {}

    private record Open(int number, String name, StringBuilder text) {}

    private final List<Element> elements = new ArrayList<>();
    private final Deque<Open> open = new ArrayDeque<>();
    private int count;

    private Xml() {}

    /** All elements in the order of their ends; none if the document is not sound. */
    static List<Element> elements(byte[] document) {
        Xml xml = new Xml();
        try {
            parser().parse(new ByteArrayInputStream(document), xml);
            return xml.elements;
        } catch (SAXException | IOException | RuntimeException unsound) {
            return List.of(); // the JDK's reader throws also unchecked exceptions at broken input
        }
    }

    private static SAXParser parser() throws SAXException {
        SAXParserFactory factory = SAXParserFactory.newDefaultNSInstance();
        try {
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature(NO_DOCUMENT_TYPE, true);
            return factory.newSAXParser();
        } catch (ParserConfigurationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void startElement(String space, String name, String prefixed, Attributes attributes) throws SAXException {
        if (open.size() == DEEPEST || ++count > MOST_ELEMENTS) {
            throw new SAXException("too large");
        }
        open.push(new Open(count, name, new StringBuilder()));
    }

    @Override
    public void characters(char[] text, int start, int length) {
        if (!open.isEmpty()) {
            open.peek().text().append(text, start, length);
        }
    }

    @Override
    public void endElement(String space, String name, String prefixed) {
        Open ended = open.pop();
        int parent = open.isEmpty() ? 0 : open.peek().number();
        elements.add(new Element(parent, ended.name(), ended.text().toString().strip()));
    }

    @Override
    public InputSource resolveEntity(String publicId, String systemId) throws SAXException {
        throw new SAXException("a document type");
    }

    @Override
    public void error(SAXParseException wrong) throws SAXException {
        throw wrong;
    }
}
