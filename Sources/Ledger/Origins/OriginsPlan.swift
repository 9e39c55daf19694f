/// How the origins of an input's undelivered lines are recorded.
package struct OriginsPlan {
    /// The header of both files, without the kind in `lines`.
    package var header: OriginsHeader
    /// The start of derived keys, `hb-RUN`; nil if the records have keys of their own.
    package var keyPrefix: String?
    /// Whether derived keys have the numbers of records instead of lines.
    package var isNumbered: Bool
    /// Whether several records may start on a line, so that rows have offsets.
    package var hasOffsets: Bool
    /// The origins of the input's own records; nil if it is not a file of undelivered lines.
    package var earlier: (any RecordOrigins)?

    package init(
        header: OriginsHeader, keyPrefix: String?, isNumbered: Bool, hasOffsets: Bool,
        earlier: (any RecordOrigins)?
    ) {
        self.header = header
        self.keyPrefix = keyPrefix
        self.isNumbered = isNumbered
        self.hasOffsets = hasOffsets
        self.earlier = earlier
    }
}
