# Critical values, comparisons with the best and random effects, by mvtnorm, pROC and metafor.
# Run: Rscript jobs/src/test/reference/comparisons_with_best.R
suppressPackageStartupMessages({library(mvtnorm); library(pROC); library(metafor)})
options(digits = 12)
show <- function(name, value) cat(sprintf("%-44s %s\n", name, paste(sprintf("%.10g", value), collapse = " ")))

# TVPACK integrates two or three dimensions exactly, to 1e-10; infinite degrees of freedom are 0.
tail_of <- function(x, corr, df) 1 - as.numeric(pmvt(upper = rep_len(x, nrow(corr)), corr = corr, df = if (is.infinite(df)) 0 else df, algorithm = TVPACK(abseps = 1e-10)))
critical_of <- function(corr, df, alpha) uniroot(function(x) tail_of(x, corr, df) - alpha, c(1, 5), tol = 1e-10)$root

# Equal correlations of 0.5 need no lattice: given the common factor and the variance, the
# statistics are independent. Dunnett (1955), table 1a, has these to two decimals.
dunnett <- function(m, df, alpha) {
  given <- function(x) integrate(function(z) dnorm(z) * pnorm(x * sqrt(2) + z)^m, -9, 9, rel.tol = 1e-11)$value
  below <- function(x) if (is.infinite(df)) given(x) else integrate(
    function(u) sapply(u, function(q) given(x * sqrt(qchisq(q, df) / df))), 0, 1, rel.tol = 1e-9)$value
  uniroot(function(x) below(x) - (1 - alpha), c(1, 5), tol = 1e-10)$root
}
for (m in c(2, 3, 4, 7)) show(sprintf("dunnett m=%d df=20, Inf, alpha=0.05", m), c(dunnett(m, 20, .05), dunnett(m, Inf, .05)))
show("dunnett m=2 df=12, m=7 df=30, alpha=0.025", c(dunnett(2, 12, .025), dunnett(7, 30, .025)))

# Unequal correlations: those of the unit vectors in LargestTTest.
three <- rbind(c(1, 0, 0), c(1, 2, 0), c(-1, 1, 1))
three <- cov2cor(three %*% t(three))
show("three vectors, df=15, alpha=0.05", critical_of(three, 15, .05))
show("three vectors, df=15, tail beyond 2 and 5", c(tail_of(2, three, 15), tail_of(5, three, 15)))

# Hsu's comparisons of the aSAH markers, DeLong's covariance, known variances.
data(aSAH)
markers <- lapply(c("wfns", "s100b", "ndka"), function(m) roc(aSAH$outcome, as.numeric(aSAH[[m]]), levels = c("Good", "Poor"), direction = "<", quiet = TRUE))
aucs <- sapply(markers, auc)
covariance <- outer(1:3, 1:3, Vectorize(function(i, j) if (i == j) var(markers[[i]]) else cov(markers[[i]], markers[[j]])))
hsu <- function(estimates, covariance, i, alpha) {
  contrast <- matrix(0, length(estimates), length(estimates)); contrast[, i] <- 1; diag(contrast) <- diag(contrast) - 1
  contrast <- contrast[-i, , drop = FALSE]
  spread <- contrast %*% covariance %*% t(contrast)
  d <- critical_of(cov2cor(spread), Inf, alpha)
  difference <- drop(contrast %*% estimates)
  list(d = d, lower = difference - d * sqrt(diag(spread)), upper = difference + d * sqrt(diag(spread)))
}
for (i in 1:3) { h <- hsu(aucs, covariance, i, .05); show(paste("aSAH", c("wfns", "s100b", "ndka")[i], "d, lower, upper"), unlist(h)) }

# The lung example: three ordinal metrics of the same 223 patients, C and standard errors as published.
c_index <- c(.6053090794, .5959758871, .6047009677)
se <- c(.0239477, .0264105, .0249457)
of_difference <- matrix(c(0, .0153247, .0262550, .0153247, 0, .0276444, .0262550, .0276444, 0), 3)
lung <- (outer(se^2, se^2, "+") - of_difference^2) / 2
for (i in 1:3) { h <- hsu(c_index, lung, i, .05); show(paste("lung", c("ph.ecog", "ph.karno", "pat.karno")[i], "d, lower, upper"), unlist(h)) }
best <- function(i) {
  contrast <- matrix(0, 3, 3); contrast[, i] <- 1; diag(contrast) <- diag(contrast) - 1; contrast <- contrast[-i, ]
  spread <- contrast %*% lung %*% t(contrast)
  1 - tail_of(drop(contrast %*% c_index) / sqrt(diag(spread)), cov2cor(spread), Inf)
}
show("lung probability of being best", sapply(1:3, best))

# Random effects by Paule and Mandel: the thirteen trials of the BCG vaccine, log relative risks.
bcg <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
show("bcg y", bcg$yi)
show("bcg v", bcg$vi)
fit <- rma(yi, vi, data = bcg, method = "PM", control = list(tol = 1e-12))
show("bcg PM tau2, mean, se of mean", c(fit$tau2, fit$beta, fit$se))
show("bcg prediction interval, t with k - 2", as.numeric(fit$beta) + c(-1, 1) * qt(.975, 11) * sqrt(fit$tau2 + fit$se^2))
show("p.adjust holm", p.adjust(c(.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1), "holm"))
