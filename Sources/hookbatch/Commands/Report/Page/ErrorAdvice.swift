import Delivery

/// What an error of a row means, and what to do about its lines.
enum ErrorAdvice {
    /// Returns a sentence about the cause; nil if the row's message says enough.
    static func cause(of code: String) -> String? {
        switch code {
        case "http_400", "http_422": "The API does not accept the content of the message."
        case "http_401", "http_403": "The API key may not send this message."
        case "http_404": "The application does not exist at the destination, or is not active."
        case "http_409": "The API reports a conflict with an earlier message."
        case "http_413": "The message is too large for the API."
        case "http_429": "The API limits the rate, and no retry was left."
        case "http_503": "The API was not available, and no retry was left."
        case "timeout": "There was no complete response within --timeout."
        case "connection_closed": "The server closed the connection before a complete response."
        case "malformed_answer", "answer_too_large", "early_answer":
            "The response was not one of the API."
        case "dns_error", "connect_failed", "connect_timeout":
            "There was no connection to the server."
        case "tls_error", "certificate_error": "There was no secure connection to the server."
        case "proxy_authentication": "The proxy did not accept the user or the password."
        case "aborted": "A second signal aborted the request."
        case "interrupted": "The process ended while the request was in flight."
        case "app_given_up":
            "Too many lines of the application in a row were not accepted (--app-giveup)."
        default: code.hasPrefix("http_5") ? "The API failed while it handled the message." : nil
        }
    }

    /// Returns what to do about lines of an outcome with an error.
    static func action(for outcome: Outcome, _ code: String) -> String? {
        switch outcome {
        case .accepted: nil
        case .rejected:
            switch code {
            case "http_404": "Correct the appId or create the application, then resend the lines."
            case "http_401", "http_403": "Correct the key or its rights, then resend the lines."
            case "http_429": "Resend the lines with a lower --rate or more --retries."
            default: "Fix the lines as the message says, then resend them."
            }
        case .invalid where code == "not_json":
            "No request was made. If they are a log's lines of text, no action is needed."
        case .invalid: "No request was made. Fix the lines as the message says, then resend them."
        case .failed:
            code == "http_429"
                ? "They did not arrive. Resend them with a lower --rate or more --retries."
                : "They did not arrive. Resend them when the cause is fixed."
        case .unknown:
            "They may have arrived. Find out which ones did, and resend only the others."
        case .notAttempted:
            "No request was made. Resend them when the application accepts messages."
        }
    }
}
