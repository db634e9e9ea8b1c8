# The cases discriminant/four_classes and sequential/actor_partner, on simulated data: Rscript make_cases.R FOLDER
# FOLDER is tests/reference. The numbers come from MASS and stats, and for errors over clusters from the formula on
# whole n x n matrices.
suppressMessages({library(MASS); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
arr <- function(x) I(unname(x))
mat <- function(m) list(rows = arr(rownames(m)), cols = arr(colnames(m)), values = unname(lapply(seq_len(nrow(m)), function(i) arr(m[i, ]))))
save <- function(case, data, out) {
  dir <- file.path(folder, case); dir.create(dir, recursive = TRUE, showWarnings = FALSE)
  write.csv(data, file.path(dir, "data.csv"), row.names = FALSE, na = "", quote = FALSE)
  out <- out(read.csv(file.path(dir, "data.csv")))
  writeLines(toJSON(c(list(case = case), out), auto_unbox = TRUE, digits = I(12), na = "null", null = "null", pretty = TRUE), file.path(dir, "expected.json"))
}

set.seed(4101)
classes <- c("A", "B", "C", "D"); sizes <- c(34, 71, 27, 38)
centre <- rbind(A = c(2.4, 2.2, 5.0, 1.8, 2.1, 5.2), B = c(4.2, 3.9, 2.2, 1.9, 4.6, 1.8), C = c(4.5, 4.3, 1.8, 4.4, 4.9, 1.7), D = c(3.6, 3.4, 3.2, 3.0, 3.7, 3.1))
L <- chol(0.45 + diag(0.75, 6))
d <- do.call(rbind, lapply(classes, function(k) { n <- sizes[match(k, classes)]; x <- matrix(rnorm(n * 6), n) %*% L * 1.1; data.frame(class = k, round(pmin(pmax(sweep(x, 2, centre[k, ], "+"), 1), 7), 1)) }))
names(d) <- c("class", "ps5", "cm5", "av5", "res5", "ps8", "av8")
save("discriminant/four_classes", d[sample(nrow(d)), ], function(d) {
  x <- as.matrix(d[, -1]); k <- factor(d$class, classes)
  f <- lda(x, k); cv <- lda(x, k, CV = TRUE); p <- predict(f, x)
  W <- Reduce(`+`, lapply(classes, function(g) crossprod(scale(x[k == g, ], scale = FALSE)))) / (nrow(x) - 4)
  sc <- f$scaling; for (j in seq_len(ncol(sc))) if (sc[which.max(abs(sc[, j])), j] < 0) sc[, j] <- -sc[, j]
  T <- table(k, cv$class); n <- sum(T); po <- sum(diag(T)) / n; pe <- sum(rowSums(T) * colSums(T)) / n^2
  md <- sapply(classes, function(g) mahalanobis(x, f$means[g, ], W)); near <- apply(md, 1, min)
  eq <- lda(x, k, prior = rep(.25, 4)); pq <- predict(eq, x)
  list(title = "Linear discriminant analysis of four classes, leave-one-out",
       data = list(file = "data.csv", rows = nrow(d), source = "simulated, seed 4101", columns = arr(names(d))),
       model = list(type = "discriminant", class = "class", classes = arr(classes), measurements = arr(colnames(x))),
       reference = list(software = R.version.string, packages = list(MASS = as.character(packageVersion("MASS"))),
                        calls = arr(c("MASS::lda(x, class); predict; lda(x, class, CV = TRUE)", "mahalanobis(x, mean, pooled covariance)"))),
       results = list(priors = arr(f$prior), means = mat(f$means), within = mat(W), scaling = mat(sc), svd = arr(f$svd), trace = arr(f$svd^2 / sum(f$svd^2)),
                      chosen = arr(as.character(p$class)), posterior = unname(lapply(1:12, function(i) arr(p$posterior[i, ]))),
                      distance = arr(near), typicality = arr(pchisq(near, 6, lower.tail = FALSE)),
                      loo_chosen = arr(as.character(cv$class)), loo_confusion = mat(unclass(T)), loo_accuracy = po, loo_kappa = (po - pe) / (1 - pe), loo_sensitivity = arr(diag(T) / rowSums(T)),
                      equal_priors = list(chosen = arr(as.character(pq$class)), svd = arr(eq$svd), posterior = unname(lapply(1:12, function(i) arr(pq$posterior[i, ]))))),
       tolerance = list(default = list(rel = 1e-8, abs = 1e-10), overrides = list()),
       notes = arr("posterior of the first twelve rows. Columns of scaling have their largest entry positive."))
})

set.seed(4102)
sim <- do.call(rbind, lapply(1:30, function(g) { n <- 40; u <- rnorm(2, 0, .5); a <- b <- integer(n); a[1] <- b[1] <- 1
  for (t in 2:n) { a[t] <- rbinom(1, 1, plogis(-1 + u[1] + 1.6 * a[t - 1] + .5 * b[t - 1])); b[t] <- rbinom(1, 1, plogis(-1.2 + u[2] + 1.3 * b[t - 1] + .9 * a[t - 1])) }
  data.frame(couple = sprintf("k%02d", g), pos = 1:n, first = a, second = b) }))
sim <- sim[!(sim$couple == "k07" & sim$pos > 31), ]
save("sequential/actor_partner", sim, function(d) {
  fit <- function(own, other, joint) {
    r <- do.call(rbind, lapply(split(d, d$couple), function(s) { n <- nrow(s); data.frame(couple = s$couple[-n], own = s[[own]][-n], other = s[[other]][-n], nxt = s[[own]][-1]) }))
    f <- if (joint) nxt ~ own * other else nxt ~ own + other
    g <- glm(f, binomial, r, control = glm.control(epsilon = 1e-15, maxit = 100)); X <- model.matrix(g); p <- fitted(g); w <- p * (1 - p)
    M <- solve(crossprod(X * sqrt(w))); meat <- 0
    for (c in unique(r$couple)) { i <- r$couple == c; Z <- X[i, ] * sqrt(w[i]); e <- eigen(diag(sum(i)) - Z %*% M %*% t(Z), symmetric = TRUE)
      A <- e$vectors %*% diag(1 / sqrt(e$values)) %*% t(e$vectors); s <- t(Z) %*% A %*% ((r$nxt[i] - p[i]) / sqrt(w[i])); meat <- meat + s %*% t(s) }
    V <- M %*% meat %*% M; se <- sqrt(diag(V)); G <- length(unique(r$couple))
    list(rows = nrow(r), clusters = G, loglik = as.numeric(logLik(g)), estimate = arr(coef(g)), std_error = arr(se), naive_error = arr(sqrt(diag(M))), p = arr(2 * pt(-abs(coef(g) / se), G - 1)))
  }
  list(title = "Actor and partner effects in two members' codes, errors over couples",
       data = list(file = "data.csv", rows = nrow(d), source = "simulated, seed 4102", columns = arr(names(d))),
       model = list(type = "actor_partner_sequence", stream = "couple", position = "pos", first = "first", second = "second"),
       reference = list(software = R.version.string, packages = list(stats = as.character(packageVersion("stats"))),
                        calls = arr(c("glm(next ~ own + other, binomial)", "CR2: (I - H_gg)^(-1/2) of whole n_g x n_g matrices; t with clusters - 1"))),
       results = list(first = fit("first", "second", FALSE), second = fit("second", "first", FALSE), first_joint = fit("first", "second", TRUE), second_joint = fit("second", "first", TRUE)),
       tolerance = list(default = list(rel = 1e-7, abs = 1e-9), overrides = list()),
       notes = arr("Coefficients: constant, own previous code, other's previous code, and their product where joint."))
})
