# Numbers that the tests of linkage.stats.drivers compare with, by base R.
# Run: Rscript jobs/src/test/reference/drivers.R
options(digits = 16)
show <- function(name, value) cat(sprintf("%-34s %s\n", name, paste(sprintf("%.16g", value), collapse = ", ")))

# LeastSquaresTest
fit <- lm(Fertility ~ Agriculture + Examination + Education + Catholic, swiss)
show("swiss coefficients", coef(fit)[-1])
show("swiss r squared", summary(fit)$r.squared)
show("swiss education standard error", summary(fit)$coefficients["Education", 2])
show("swiss catholic p", summary(fit)$coefficients["Catholic", 4])
show("swiss examination vif", 1 / (1 - summary(lm(Examination ~ Agriculture + Education + Catholic, swiss))$r.squared))
less <- lm(Fertility ~ Agriculture + Examination, swiss)
show("swiss partial r squared", 1 - deviance(fit) / deviance(less))
show("swiss first fitted", fitted(fit)[1])
grouped <- lm(mpg ~ wt + hp + factor(cyl), mtcars)
show("mtcars grouped coefficients", coef(grouped)[2:3])
show("mtcars grouped wt standard error", summary(grouped)$coefficients["wt", 2])

# LmgTest: R squared of every set by lm, then Shapley's formula
lmg <- function(data, outcome, drivers) {
  m <- length(drivers)
  set <- function(members) if (length(members) == 0) 0 else
    summary(lm(reformulate(drivers[members], outcome), data))$r.squared
  value <- sapply(0:(2^m - 1), function(mask) set(which(bitwAnd(mask, 2^(0:(m - 1))) > 0)))
  size <- sapply(0:(2^m - 1), function(mask) sum(bitwAnd(mask, 2^(0:(m - 1))) > 0))
  sapply(1:m, function(i) {
    without <- which(bitwAnd(0:(2^m - 1), 2^(i - 1)) == 0)
    s <- size[without]
    sum(factorial(s) * factorial(m - s - 1) / factorial(m) * (value[without + 2^(i - 1)] - value[without]))
  })
}
five <- setdiff(names(swiss), "Fertility")
show("swiss lmg", lmg(swiss, "Fertility", five))
r2 <- function(drivers) if (length(drivers) == 0) 0 else summary(lm(reformulate(drivers, "Fertility"), swiss))$r.squared
show("swiss last", sapply(five, function(driver) r2(five) - r2(setdiff(five, driver))))
show("swiss first", sapply(five, r2))
show("swiss betasq", (coef(lm(reformulate(five, "Fertility"), swiss))[-1] * sapply(swiss[five], sd) / sd(swiss$Fertility))^2)
spectrum <- eigen(cor(swiss[five]))
loadings <- spectrum$vectors %*% diag(sqrt(spectrum$values)) %*% t(spectrum$vectors)
show("swiss genizi", loadings^2 %*% solve(loadings, cor(swiss[five], swiss$Fertility))^2)
show("mtcars lmg, am vs cyl", lmg(mtcars, "mpg", c("am", "vs", "cyl")))
show("mtcars lmg, am cyl carb", lmg(mtcars, "mpg", c("am", "cyl", "carb")))
show("mtcars lmg, 4", lmg(mtcars, "mpg", c("cyl", "disp", "hp", "gear")))
show("mtcars lmg, 10", lmg(mtcars, "mpg", setdiff(names(mtcars), "mpg")))

# DriverImportanceTest: each row left out in turn
full <- function(data) lm(reformulate(five, "Fertility"), data)
replicates <- t(sapply(1:47, function(row) c(lmg(swiss[-row, ], "Fertility", five), coef(full(swiss[-row, ]))[-1])))
covariance <- 46 / 47 * crossprod(scale(replicates, scale = FALSE))
show("swiss education lmg error", sqrt(covariance[3, 3]))
show("swiss education coefficient error", sqrt(covariance[8, 8]))
show("swiss examination p", 2 * pt(-abs(coef(full(swiss))[3]) / sqrt(covariance[7, 7]), 46))
show("swiss examination vif, 5", 1 / (1 - summary(lm(Examination ~ Agriculture + Education + Catholic + Infant.Mortality, swiss))$r.squared))
contrast <- (1:5 == 4) - 1 / 5
show("swiss catholic above average error", sqrt(drop(contrast %*% covariance[1:5, 1:5] %*% contrast)))

# AipwTest and SensitivityTest: data(lalonde) of Matching, as lalonde.csv in the folder of shared data
file <- file.path(Sys.getenv("LINKAGE_SHARED_DATA", "../shared/data"), "rstats", "lalonde.csv")
if (file.exists(file)) {
  lalonde <- read.csv(file)
  covariates <- c("age", "educ", "black", "hisp", "married", "nodegr", "re74", "re75", "u74", "u75")
  treat <- lalonde$treat
  y <- lalonde$re78
  fit <- lm(reformulate(c("treat", covariates), "re78"), lalonde)
  show("lalonde difference", mean(y[treat == 1]) - mean(y[treat == 0]))
  show("lalonde ols, error", summary(fit)$coefficients["treat", 1:2])
  e <- fitted(glm(reformulate(covariates, "treat"), binomial, lalonde, epsilon = 1e-14))
  mu0 <- predict(lm(reformulate(covariates, "re78"), lalonde, treat == 0), lalonde)
  show("lalonde aipw on the treated", sum(treat * (y - mu0) - (1 - treat) * e / (1 - e) * (y - mu0)) / sum(treat))
}
show("quantiles of 1 to 20", quantile(1:20, c(0.1, 0.9), type = 1))
