#pragma once
// A device that holds one passkey, as a browser would speak to it.

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>

#include "store/entropy.hpp"

namespace securebase::store {

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

inline std::string sha256_bytes(const std::string& bytes) {
  std::string hash(32, '\0');
  SHA256(octets(std::string_view(bytes)), bytes.size(), octets(hash));
  return hash;
}

inline std::string bytes_of(std::initializer_list<int> values) {
  std::string bytes;
  for (const int value : values) bytes += static_cast<char>(value);
  return bytes;
}

inline std::string big_endian(std::uint32_t number) {
  return bytes_of({static_cast<int>(number >> 24U), static_cast<int>((number >> 16U) & 255U),
                   static_cast<int>((number >> 8U) & 255U), static_cast<int>(number & 255U)});
}

inline constexpr int present = 0x01;
inline constexpr int verified = 0x04;
inline constexpr int eligible = 0x08;
inline constexpr int backed_up = 0x10;
inline constexpr int with_key = 0x40;

class PasskeyDevice {
 public:
  std::string x() const { return point().substr(1, 32); }
  std::string y() const { return point().substr(33, 32); }

  std::string cose_key() const {
    return bytes_of({0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20}) + x() + bytes_of({0x22, 0x58, 0x20}) +
           y();
  }
  static std::string data(const std::string& party, int flags, std::uint32_t counter,
                          const std::string& rest = {}) {
    return sha256_bytes(party) + bytes_of({flags}) + big_endian(counter) + rest;
  }
  std::string attested() const { return std::string(16, '\0') + bytes_of({0, 16}) + id + cose_key(); }

  std::string sign(const std::string& message) const {
    const std::unique_ptr<EVP_MD_CTX, FreeKey> context(EVP_MD_CTX_new());
    std::size_t size = 80;
    std::string signature(size, '\0');
    EXPECT_EQ(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()), 1);
    EXPECT_EQ(EVP_DigestSign(context.get(), octets(signature), &size, octets(std::string_view(message)),
                             message.size()),
              1);
    signature.resize(size);
    return signature;
  }

  std::string id = std::string(16, '\x09');

 private:
  std::string point() const {
    std::string bytes(65, '\0');
    std::size_t size = 0;
    EVP_PKEY_get_octet_string_param(key_.get(), OSSL_PKEY_PARAM_PUB_KEY, octets(bytes), bytes.size(), &size);
    return bytes;
  }

  std::unique_ptr<EVP_PKEY, FreeKey> key_{EVP_EC_gen("P-256")};
};

}  // namespace securebase::store
