#include "settings.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "files.hpp"

namespace tool {

namespace {

json first_of(const schannix::close_report& report) {
  switch (report.first) {
    case schannix::closer::us:
      return "us";
    case schannix::closer::peer:
      return "peer";
    case schannix::closer::nobody:
      break;
  }
  return nullptr;
}

}  // namespace

schannix::credential_options credential_settings(const common_options& options, const terminal& out) {
  schannix::credential_options settings;
  if (options.tls == "1.2") settings.newest = schannix::tls_version::tls_1_2;
  if (options.tls == "1.3") settings.oldest = schannix::tls_version::tls_1_3;
  if (!options.key_log.empty())
    settings.key_log = [file = key_log_file(options.key_log)](std::string_view line) { file.write(line); };
  if (options.sspi) settings.trace = [&out](std::string_view line) { out.trace("sspi", line); };
  return settings;
}

std::string one_line(const schannix::connection_info& info) {
  return fmt::format("{}, {}, {}{}{}", info.version_name(), info.cipher_suite, info.group_name(),
                     info.alpn.empty() ? "" : ", ALPN " + printable(info.alpn), info.resumed ? ", resumed" : "");
}

json as_json(const schannix::connection_info& info) {
  return {{"version", info.version_name()},
          {"cipher_suite", info.cipher_suite},
          {"group", info.group_name()},
          {"alpn", info.alpn},
          {"resumed", info.resumed}};
}

json as_json(const schannix::certificate& certificate) {
  return {{"subject", certificate.subject()},
          {"issuer", certificate.issuer()},
          {"names", certificate.dns_names()},
          {"not_before", date_of(certificate.not_before())},
          {"not_after", date_of(certificate.not_after())}};
}

json as_json(const schannix::close_report& report) {
  const auto name_of = [](const std::optional<schannix::alert>& alert) -> json {
    return alert ? json(schannix::alert_name(*alert)) : json(nullptr);
  };
  return {{"outcome", schannix::outcome_name(report.outcome)},
          {"id", report.id()},
          {"sentence", report.sentence()},
          {"first", first_of(report)},
          {"close_notify_sent", report.close_sent},
          {"close_notify_received", report.close_received},
          {"alert_sent", name_of(report.alert_sent)},
          {"alert_received", name_of(report.alert_received)},
          {"status", report.error ? json(schannix::status_name(report.error)) : json(nullptr)},
          {"bytes_sent", report.bytes_sent},
          {"bytes_received", report.bytes_received},
          {"bytes_incomplete", report.bytes_incomplete},
          {"bytes_after_close", report.bytes_after_close},
          {"records_after_close", report.records_after_close},
          {"resumable", report.resumable}};
}

std::string date_of(std::chrono::system_clock::time_point when) {
  return fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(std::chrono::system_clock::to_time_t(when)));
}

}  // namespace tool
